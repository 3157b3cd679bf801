-- For wrk: a header that is another one in every request, as trace ids are.
local count = 0

request = function()
  count = count + 1
  return wrk.format(nil, nil, { ["Authorization"] = wrk.headers["Authorization"], ["X-Request-Id"] = "request-" .. count })
end
