package links

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// SignatureHeader carries a request's signature: "t=<unix seconds>,v1=<hex>", in which v1 is the HMAC-SHA-256 of
// "<t>.<body>" under the secret. There can be several v1, of which one has to be right.
const SignatureHeader = "Clarion-Signature"

const (
	// signatureWindow is how far the time of a signature may be from now.
	signatureWindow = 5 * time.Minute
	// maxSignatures bounds the work that a header can ask for.
	maxSignatures = 8
)

// What is wrong with a signature, in words for the one who signs.
const (
	noSignature    = "The request is not signed: send the header Clarion-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 of the seconds, a dot and the body>."
	badSignature   = "The header Clarion-Signature cannot be read: write it like t=1795694400,v1=<64 hexadecimal digits>."
	oldSignature   = "The signature's time is more than five minutes from now: set the clock right, and sign each attempt anew."
	otherSignature = "The signature does not fit: sign the seconds, a dot and the exact bytes of the body with CLARION_CONVERSIONS_SECRET."
)

// A signature is what the header says.
type signature struct {
	time string // as it stands there
	macs [][]byte
}

// readSignature reads the header's values, and refuses a time that is not now.
func readSignature(values []string, now time.Time) (signature, error) {
	var s signature
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			if s.time != "" {
				return signature{}, unsigned(badSignature)
			}
			s.time = value
		case "v1":
			mac, err := hex.DecodeString(value)
			if err != nil || len(mac) != sha256.Size || len(s.macs) == maxSignatures {
				return signature{}, unsigned(badSignature)
			}
			s.macs = append(s.macs, mac)
		}
	}
	if len(values) == 0 {
		return signature{}, unsigned(noSignature)
	}
	seconds, err := strconv.ParseInt(s.time, 10, 64)
	if err != nil || len(s.macs) == 0 {
		return signature{}, unsigned(badSignature)
	}
	if at := time.Unix(seconds, 0); at.Before(now.Add(-signatureWindow)) || at.After(now.Add(signatureWindow)) {
		return signature{}, unsigned(oldSignature)
	}
	return s, nil
}

// verify says whether one of the secrets made one of the signatures. It takes as long whichever is wrong.
func (s signature) verify(body []byte, secrets []string) error {
	right := false
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(s.time))
		mac.Write([]byte{'.'})
		mac.Write(body)
		want := mac.Sum(nil)
		for _, given := range s.macs {
			right = hmac.Equal(want, given) || right
		}
	}
	if !right {
		return unsigned(otherSignature)
	}
	return nil
}
