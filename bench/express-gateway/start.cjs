'use strict';
require('express-gateway')().load(process.env.EG_CONFIG_DIR).run();
