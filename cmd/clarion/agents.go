package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/clarion-bot/clarion/links/agents"
)

// longestLine is how many bytes of a line are kept. A longer one is too long for a browser's agent anyway, and
// is judged by as much of it.
const longestLine = 64 << 10

// runAgents reads user agents, one a line, and prints for each “browser” or “crawler”, a tab, and why: the
// line of a list that it matches, or what a browser would have sent. A browser needs no reason. What draws
// previews and what says nothing of itself are crawlers here, because neither is a person.
//
// It is done, without an error, when nobody reads on.
func runAgents(ctx context.Context, c Call) error {
	if err := noArguments("agents", c); err != nil {
		return err
	}
	agents.Prepare()
	in := bufio.NewReaderSize(interruptible{ctx, c.In}, longestLine)
	out := bufio.NewWriterSize(c.Out, longestLine)
	err := judgeLines(in, out)
	if unsaid := out.Flush(); err == nil { // also after a failed read: what was judged is said
		err = unsaid
	}
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
		return nil
	}
	return err
}

// judgeLines judges each line, and sends off what it has whenever it would have to wait for more, so that a
// person can type agents as well.
func judgeLines(in *bufio.Reader, out *bufio.Writer) error {
	for {
		line, err := nextLine(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading user agents: %w", err)
		}
		if err := writeVerdict(out, line); err != nil {
			return err
		}
		if in.Buffered() > 0 {
			continue
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

func writeVerdict(out *bufio.Writer, userAgent string) error {
	verdict, reason := agents.Judge(userAgent)
	word := "crawler\t"
	switch verdict {
	case agents.Browser:
		word = "browser\t"
	case agents.Preview:
		word = "crawler\tpreview: "
	}
	_, _ = out.WriteString(word) // its error stays, and WriteByte returns it
	_, _ = out.WriteString(reason)
	return out.WriteByte('\n')
}

// nextLine returns the next line without what is beyond longestLine of it. Text behind the last line's end is a
// line too. The error is io.EOF when there is none left.
func nextLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	text := string(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
	if err == io.EOF && text != "" {
		err = nil
	}
	return text, err
}

// interruptible reads until the context is done. A read that is under way then, on a terminal say, is left to
// itself: it has a buffer of its own, and ends with the program.
type interruptible struct {
	ctx context.Context
	in  io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	type chunk struct {
		bytes []byte
		err   error
	}
	read := make(chan chunk, 1)
	go func() {
		buffer := make([]byte, len(p))
		n, err := r.in.Read(buffer)
		read <- chunk{buffer[:n], err}
	}()
	select {
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	case c := <-read:
		return copy(p, c.bytes), c.err
	}
}
