// Answers questions about a log with golang.org/x/mod/sumdb, the implementation of the Go checksum database: JSON in,
// JSON out. The tests hold the ledger's formats against it.
package main

import (
	"encoding/json"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Entries     [][]byte
	Inclusion   []inclusion
	Consistency []consistency
	Tiles       []tile
	Notes       []signed
	Key, Text   string
}

// Whether a proof of ours holds, and the same proof by the reference.
type inclusion struct {
	Size, Index int64
	Proof       [][]byte
	Root        []byte
}

type consistency struct {
	Size, Earlier     int64
	Proof             [][]byte
	Root, EarlierRoot []byte
}

type tile struct {
	Level  int
	Index  int64
	Width  int
	Hashes []byte
}

type signed struct{ Key, Note string }

type answer struct {
	Roots                         [][]byte
	Inclusion, Consistency, Tiles []bool
	InclusionProofs               [][][]byte
	ConsistencyProofs             [][][]byte
	TilePaths                     []string
	Notes                         []bool
	Signed                        string
}

type memory []tlog.Hash

func (stored memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		hashes[at] = stored[index]
	}
	return hashes, nil
}

func main() {
	var asked question
	must(json.NewDecoder(os.Stdin).Decode(&asked))
	must(json.NewEncoder(os.Stdout).Encode(answerTo(asked)))
}

func answerTo(asked question) answer {
	var said answer
	var stored memory
	for at, entry := range asked.Entries {
		hashes, err := tlog.StoredHashes(int64(at), entry, stored)
		must(err)
		stored = append(stored, hashes...)
		root, err := tlog.TreeHash(int64(at+1), stored)
		must(err)
		said.Roots = append(said.Roots, root[:])
	}
	for _, ours := range asked.Inclusion {
		proof, err := tlog.ProveRecord(ours.Size, ours.Index, stored)
		must(err)
		said.InclusionProofs = append(said.InclusionProofs, bytesOf(proof))
		leaf := tlog.RecordHash(asked.Entries[ours.Index])
		fault := tlog.CheckRecord(hashesOf(ours.Proof), ours.Size, hashOf(ours.Root), ours.Index, leaf)
		said.Inclusion = append(said.Inclusion, fault == nil)
	}
	for _, ours := range asked.Consistency {
		proof, err := tlog.ProveTree(ours.Size, ours.Earlier, stored)
		must(err)
		said.ConsistencyProofs = append(said.ConsistencyProofs, bytesOf(proof))
		fault := tlog.CheckTree(hashesOf(ours.Proof), ours.Size, hashOf(ours.Root), ours.Earlier, hashOf(ours.EarlierRoot))
		said.Consistency = append(said.Consistency, fault == nil)
	}
	for _, ours := range asked.Tiles {
		asTile := tlog.Tile{H: 8, L: ours.Level, N: ours.Index, W: ours.Width}
		data, err := tlog.ReadTileData(asTile, stored)
		must(err)
		said.Tiles = append(said.Tiles, string(data) == string(ours.Hashes))
		said.TilePaths = append(said.TilePaths, asTile.Path())
	}
	for _, ours := range asked.Notes {
		verifier, err := note.NewVerifier(ours.Key)
		if err == nil {
			_, err = note.Open([]byte(ours.Note), note.VerifierList(verifier))
		}
		said.Notes = append(said.Notes, err == nil)
	}
	if asked.Key != "" {
		signer, err := note.NewSigner(asked.Key)
		must(err)
		bytes, err := note.Sign(&note.Note{Text: asked.Text}, signer)
		must(err)
		said.Signed = string(bytes)
	}
	return said
}

func bytesOf(hashes []tlog.Hash) [][]byte {
	list := [][]byte{}
	for _, hash := range hashes {
		list = append(list, append([]byte{}, hash[:]...))
	}
	return list
}

func hashesOf(list [][]byte) []tlog.Hash {
	var hashes []tlog.Hash
	for _, bytes := range list {
		hashes = append(hashes, hashOf(bytes))
	}
	return hashes
}

func hashOf(bytes []byte) (hash tlog.Hash) {
	copy(hash[:], bytes)
	return hash
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
