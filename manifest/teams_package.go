package manifest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"time"
)

// The names of the files in a Teams app's package.
const (
	manifestFile = "manifest.json"
	colorFile    = "color.png"
	outlineFile  = "outline.png"
)

// TeamsPackage returns the file that Teams takes as an app: a zip of the manifest and its icons
// (https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package). One build of the program makes
// the same bytes of the same manifest, whenever it is asked.
func TeamsPackage(m TeamsManifest) ([]byte, error) {
	text, err := JSON(m)
	if err != nil {
		return nil, err
	}
	colour, err := ColorIcon()
	if err != nil {
		return nil, err
	}
	outline, err := OutlineIcon()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range []struct {
		name    string
		content []byte
	}{{manifestFile, text}, {colorFile, colour}, {outlineFile, outline}} {
		// The earliest time that a zip can tell.
		entry, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, fmt.Errorf("write %s into the package: %w", f.name, err)
		}
		if _, err := entry.Write(f.content); err != nil {
			return nil, fmt.Errorf("write %s into the package: %w", f.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write package: %w", err)
	}
	return b.Bytes(), nil
}
