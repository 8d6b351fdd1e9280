package clarion_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/clarion-bot/clarion"

// everything is for the programs that put the parts together.
const everything = "…"

// arrows says which of our packages each package may import. The root is ".". Tests may import what they
// need.
var arrows = map[string][]string{
	".":                   {},
	"chat":                {"."},
	"storage":             {"."},
	"roster":              {"."},
	"report":              {"."},
	"fetch":               {},
	"feeds":               {".", "fetch"},
	"schedule":            {},
	"links/agents":        {},
	"links/pictures":      {"fetch"},
	"links":               {".", "links/agents", "links/pictures", "storage"},
	"commands":            {".", "chat", "report", "schedule", "storage"},
	"bot":                 {".", "chat", "commands", "storage"}, // a request to commands carries a *storage.Workspace
	"scheduler":           {".", "chat", "schedule", "storage"},
	"manifest":            {"commands"},
	"playground":          {".", "playground/blockkit", "playground/faults", "playground/watch"},
	"playground/blockkit": {},
	"playground/page":     {".", "playground", "playground/blockkit"},
	"playground/faults":   {},
	"playground/watch":    {},
	"playground/teams":    {".", "playground/faults", "playground/watch"},
	"internal/cards":      {}, // a look at golden files
	"internal/process":    {},
	"internal/realredis":  {"internal/process"},
	"internal/redistest":  {"internal/realredis"},
	"internal/faultstest": {},
	"internal/fetchtest":  {"fetch"},
	"internal/measure":    {"internal/realredis"},
	"internal/bench":      {everything}, // a program of its own
	"internal/benchlinks": {everything}, // a program of its own
	"internal/rehearsal":  {".", "internal/process", "playground", "playground/teams", "storage"},
	"internal/fanout":     {everything}, // a program of its own
	"internal/chaos":      {everything}, // a program of its own
	"cmd/clarion":         {everything},
}

// confined says which packages alone may import a module of others.
var confined = map[string][]string{
	"github.com/slack-go/slack":               {"bot", "manifest", "playground", "internal/bench"},
	"github.com/infracloudio/msbotbuilder-go": {"bot", "manifest", "playground"},
	"github.com/redis/go-redis":               {"storage", "internal/bench", "internal/benchlinks", "internal/realredis"},
	"github.com/robfig/cron":                  {"schedule"},
	"github.com/hibiken/asynq":                {"scheduler"},
	"github.com/alicebob/miniredis":           {"cmd/clarion"}, // the demo's
	"gonum.org/v1/gonum":                      {"report"},
	"github.com/mmcdole/gofeed":               {"feeds"},
}

// TestImportsGoOneWay holds the arrows of the design: who may import whom.
func TestImportsGoOneWay(t *testing.T) {
	found := imports(t)
	for _, pkg := range slices.Sorted(maps.Keys(found)) {
		allowed, known := arrows[pkg]
		if !known {
			t.Errorf("package %s is in no row of arrows: say there whom it may import", pkg)
			continue
		}
		for _, imported := range found[pkg] {
			if why := refused(pkg, imported, allowed); why != "" {
				t.Errorf("package %s must not import %s: %s", pkg, imported, why)
			}
		}
	}
	for pkg := range arrows {
		if _, exists := found[pkg]; !exists {
			t.Errorf("arrows has a row for %s, which is no package", pkg)
		}
	}
}

// refused says why a package must not import another; it is "" when it may.
func refused(pkg, imported string, allowed []string) string {
	if own, ok := ours(imported); ok {
		if slices.Contains(allowed, own) || slices.Contains(allowed, everything) {
			return ""
		}
		return "arrows allows it only " + strings.Join(allowed, ", ")
	}
	for module, packages := range confined {
		if within(imported, module) && !slices.Contains(packages, pkg) {
			return "only " + strings.Join(packages, ", ") + " may"
		}
	}
	if first, _, _ := strings.Cut(imported, "/"); pkg == "." && strings.Contains(first, ".") {
		return "the domain uses the standard library only"
	}
	return ""
}

// ours returns the path of a package within this module.
func ours(imported string) (string, bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

func within(imported, module string) bool {
	return imported == module || strings.HasPrefix(imported, module+"/")
}

// imports reads what the packages of this module import, tests left out.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules"):
			return fs.SkipDir
		case entry.IsDir(), path.Ext(base) != ".go", strings.HasSuffix(base, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(name))
		if found[pkg] == nil {
			found[pkg] = []string{} // it may import nothing at all
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(found[pkg], imported) {
				found[pkg] = append(found[pkg], imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
