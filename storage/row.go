package storage

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/clarion-bot/clarion"
)

// A row of the ledger is text with tabs between: the version of the form, time in ms, points, cap, version
// of the rules, week, campaign, reason, code, key, store. The partner stands in the list's key.
const (
	rowForm  = "1"
	rowParts = 11
)

// packRow returns an award's row but for the store, which the script adds.
func packRow(a clarion.Award) string {
	b := make([]byte, 0, 160)
	b = append(b, rowForm...)
	for _, n := range []int64{a.At.UnixMilli(), int64(a.Points), int64(a.Cap), int64(a.Rules)} {
		b = strconv.AppendInt(append(b, '\t'), n, 10)
	}
	for _, s := range []string{a.Week.String(), string(a.Campaign), string(a.Reason), string(a.Code), a.Key} {
		b = append(append(b, '\t'), s...)
	}
	return string(b)
}

func unpackRow(p clarion.PartnerID, row string) (clarion.Award, error) {
	parts := strings.Split(row, "\t")
	if parts[0] != rowForm || len(parts) != rowParts {
		return clarion.Award{}, fmt.Errorf("%q is not a row of the ledger", row)
	}
	var numbers [4]int64
	for i := range numbers {
		n, err := strconv.ParseInt(parts[1+i], 10, 64)
		if err != nil {
			return clarion.Award{}, fmt.Errorf("row %q: %w", row, err)
		}
		numbers[i] = n
	}
	week, err := clarion.ParseWeek(parts[5])
	if err != nil {
		return clarion.Award{}, fmt.Errorf("row %q: %w", row, err)
	}
	return clarion.Award{
		Partner: p, At: time.UnixMilli(numbers[0]).UTC(), Points: int(numbers[1]), Cap: int(numbers[2]), Rules: int(numbers[3]),
		Week: week, Campaign: clarion.CampaignID(parts[6]), Reason: clarion.Reason(parts[7]), Code: clarion.Code(parts[8]),
		Key: parts[9], Store: clarion.StoreID(parts[10]),
	}, nil
}
