// Package storage keeps everything that Clarion must not forget in Redis, and is the only package that
// speaks Redis.
//
// A [Storage] is the connection; a [Workspace] is one company in it. Every key is written down in keys.go,
// and every Lua script stands above the method that runs it. Nothing is read, changed and written back:
// what must hold together is one script.
//
// Errors: a thing that is not stored is [clarion.ErrNotFound]. Whenever Redis does not answer, or answers
// that it cannot serve now, the error is [clarion.ErrUnavailable], and the call can be repeated without
// changing anything twice. [Workspace.CountVisit] alone is not to be repeated: a visit that Redis could not take
// is kept, and the error is [clarion.ErrKept].
package storage
