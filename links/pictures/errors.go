package pictures

import "errors"

// Why there is no picture. Each error of [Pictures.Get] is one of these; its text is a sentence for the person who
// gave the address, and has no IP address and no query in it.
//
// The first three are permanent: the same address fails again until somebody changes the picture or the address.
var (
	// ErrNoPicture says that the address has no picture of a type that can be shown and shared.
	ErrNoPicture = errors.New("there is no picture that can be used")
	// ErrTooBig says that the picture has more than [MaxBytes], or more pixels than can be shown.
	ErrTooBig = errors.New("the picture is too big")
	// ErrRefused says that the address is not one of the public web, and was not asked.
	ErrRefused = errors.New("the address of the picture is refused")
	// ErrUnreachable says that the site does not give the picture now. Asking later may help.
	ErrUnreachable = errors.New("the picture cannot be reached now")
)

// trouble is one of the errors above with what happened.
type trouble struct {
	kind     error
	sentence string
	cause    error // for the log: it may name addresses of our own network; nil when the sentence says it all
	gone     bool  // the site took the picture away on purpose: what is kept of it goes too
}

func (t *trouble) Error() string { return t.kind.Error() + ": " + t.sentence }

func (t *trouble) Unwrap() []error {
	if t.cause == nil {
		return []error{t.kind}
	}
	return []error{t.kind, t.cause}
}
