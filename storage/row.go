package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/clarion-bot/clarion"
)

// A row of the ledger is bytes, as there are many of them: the form, reason, key, time in ms, points, cap, version
// of the rules, week, campaign, network, and to its end the store. Some 45 bytes. The partner stands in the list's
// key. One that gave several times what its rule gives has another form, with that factor behind the points.
const (
	rowForm    = 2
	factorForm = 3
)

// What a row has one byte for; what is not in the list is spelled out behind a zero. An entry never changes
// its place.
var (
	rowReasons  = []string{"", string(clarion.ShareReason), string(clarion.ClickReason), string(clarion.ConversionReason), string(clarion.ReversalReason)}
	rowNetworks = []string{
		"", string(clarion.Facebook), string(clarion.X), string(clarion.LinkedIn), string(clarion.WhatsApp),
		string(clarion.Instagram), string(clarion.Email), string(clarion.Copy), string(clarion.OfficialNetwork),
	}
)

// packRow returns an award's row but for the store, which the script adds.
func packRow(a clarion.Award) []byte {
	b := make([]byte, 0, 56)
	if a.Factor > 1 {
		b = append(b, factorForm)
	} else {
		b = append(b, rowForm)
	}
	b = appendListed(b, rowReasons, string(a.Reason))
	b = binary.BigEndian.AppendUint64(b, uint64(a.Key)) //nolint:gosec // bits, not a number
	b = binary.AppendVarint(b, a.At.UnixMilli())
	b = binary.AppendVarint(b, int64(a.Points))
	if a.Factor > 1 {
		b = binary.AppendVarint(b, int64(a.Factor))
	}
	b = binary.AppendVarint(b, int64(a.Cap))
	b = binary.AppendVarint(b, int64(a.Rules))
	b = binary.AppendVarint(b, int64(a.Week.Year*weeksInYear+a.Week.Number))
	b = appendID(b, string(a.Campaign))
	return appendListed(b, rowNetworks, string(a.Network))
}

const weeksInYear = 64 // more than a year has

func appendListed(b []byte, list []string, s string) []byte {
	if i := slices.Index(list, s); i > 0 {
		return append(b, byte(i)) //nolint:gosec // a short list
	}
	return appendText(append(b, 0), s)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendID appends a UUID as 16 bytes behind a zero, and any other id as text, which is never empty.
func appendID(b []byte, id string) []byte {
	if parsed, err := uuid.Parse(id); err == nil && parsed.String() == id {
		return append(append(b, 0), parsed[:]...)
	}
	return appendText(b, id)
}

var errRow = errors.New("not a row of the ledger")

func unpackRow(p clarion.PartnerID, row string) (clarion.Award, error) {
	r := rowReader{rest: []byte(row)}
	a := clarion.Award{Partner: p}
	form := r.take(1)
	if r.failed || (form[0] != rowForm && form[0] != factorForm) {
		return clarion.Award{}, fmt.Errorf("%q: %w", row, errRow)
	}
	a.Reason = clarion.Reason(r.listed(rowReasons))
	if key := r.take(8); !r.failed {
		a.Key = clarion.AwardKey(binary.BigEndian.Uint64(key)) //nolint:gosec // bits, not a number
	}
	a.At = time.UnixMilli(r.number()).UTC()
	a.Points = int(r.number())
	if form[0] == factorForm {
		a.Factor = int(r.number())
	}
	a.Cap, a.Rules = int(r.number()), int(r.number())
	week := int(r.number())
	a.Week = clarion.Week{Year: week / weeksInYear, Number: week % weeksInYear}
	a.Campaign = clarion.CampaignID(r.id())
	a.Network = clarion.Network(r.listed(rowNetworks))
	a.Store = clarion.StoreID(r.rest)
	if r.failed {
		return clarion.Award{}, fmt.Errorf("%q: %w", row, errRow)
	}
	return a, nil
}

// A rowReader reads what packRow wrote. Once something is missing it has failed for good.
type rowReader struct {
	rest   []byte
	failed bool
}

func (r *rowReader) take(n uint64) []byte {
	if r.failed || n > uint64(len(r.rest)) {
		r.failed = true
		return nil
	}
	var taken []byte
	taken, r.rest = r.rest[:n], r.rest[n:]
	return taken
}

func (r *rowReader) number() int64 {
	n, size := binary.Varint(r.rest)
	if r.failed = r.failed || size <= 0; r.failed {
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *rowReader) length() uint64 {
	n, size := binary.Uvarint(r.rest)
	if r.failed = r.failed || size <= 0; r.failed {
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *rowReader) listed(list []string) string {
	i := r.take(1)
	switch {
	case r.failed:
		return ""
	case i[0] == 0:
		return string(r.take(r.length()))
	case int(i[0]) >= len(list):
		r.failed = true
		return ""
	}
	return list[i[0]]
}

func (r *rowReader) id() string {
	n := r.length()
	if n > 0 {
		return string(r.take(n))
	}
	var id uuid.UUID
	copy(id[:], r.take(uint64(len(id))))
	return id.String()
}
