package blockkit

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// A Problem is one reason why Slack would refuse blocks or a view.
type Problem struct {
	Path string // JSON pointer to the offending value: "/blocks/3/text/text"
	Rule string // what is wrong there, with the limit, in Slack's manner: "must be less than 3001 characters"
}

// Error writes the problem as Slack's response_metadata.messages do, without their "[ERROR] ".
func (p Problem) Error() string { return p.Rule + " [json-pointer:" + p.Path + "]" }

// A surface is a place that shows blocks; several are joined by |.
type surface uint8

const (
	message surface = 1 << iota
	modal
	home
	views    = modal | home
	anywhere = message | views
)

func (s surface) String() string {
	switch s {
	case message:
		return "messages"
	case modal:
		return "modals"
	default:
		return "Home tabs"
	}
}

// Limits of a whole message or view (https://docs.slack.dev/reference/block-kit/blocks,
// https://docs.slack.dev/reference/methods/chat.postMessage).
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	maxMessageText   = 40000 // chat.postMessage answers msg_too_long
	maxTables        = 1     // chat.postMessage answers only_one_table_allowed
	maxCharts        = 2
	maxMarkdown      = 12000 // of all markdown blocks of a message together
)

// A checker judges one message or view.
type checker struct {
	surface  surface
	blocks   map[string]blockKind
	problems []Problem

	blockIDs map[string]bool
	actions  map[string]bool // action ids of the block in hand
	count    map[string]int  // blocks by type
	markdown int             // code points in markdown blocks
	focused  bool            // an element has focus_on_load
	inInput  bool            // the element in hand belongs to an input block
}

func newChecker(s surface) *checker {
	return &checker{surface: s, blocks: blockKinds, blockIDs: map[string]bool{}, count: map[string]int{}}
}

func (c *checker) refuse(at, rule string) {
	c.problems = append(c.problems, Problem{Path: at, Rule: rule})
}

// CheckMessage lists everything for which Slack would refuse a message of this text and these blocks, in the
// order of the message; nil when it would be accepted. blocks is a JSON array, or empty for none.
func CheckMessage(messageText string, blocks json.RawMessage) []Problem {
	c := newChecker(message)
	if n := utf8.RuneCountInString(messageText); n > maxMessageText {
		c.refuse("/text", fmt.Sprintf("must be less than %d characters", maxMessageText+1))
	}
	if len(blocks) == 0 {
		return c.problems
	}
	v, err := decode(blocks)
	if err != nil {
		c.refuse("/blocks", "must be valid JSON")
		return c.problems
	}
	if v == nil {
		return c.problems
	}
	items(0, maxMessageBlocks, (*checker).block)(c, "/blocks", v)
	if c.count["table"] > maxTables {
		c.refuse("/blocks", "only one table is allowed in a message")
	}
	if c.count["data_visualization"] > maxCharts {
		c.refuse("/blocks", fmt.Sprintf("no more than %d data_visualization blocks allowed", maxCharts))
	}
	if c.markdown > maxMarkdown {
		c.refuse("/blocks", fmt.Sprintf("markdown blocks together must be less than %d characters", maxMarkdown+1))
	}
	if messageText == "" && c.count["data_visualization"]+c.count["data_table"] > 0 {
		c.refuse("/text", "data_visualization and data_table blocks need a text for clients that cannot show them")
	}
	return c.problems
}

// CheckView lists everything for which Slack would refuse to open, push, update or publish a modal or a Home
// tab; nil when it would be accepted.
func CheckView(view json.RawMessage) []Problem {
	v, err := decode(view)
	if err != nil {
		return []Problem{{Path: "/view", Rule: "must be valid JSON"}}
	}
	c := newChecker(modal)
	if asObject(v).str("type") == "home" {
		c.surface = home
	}
	oneType(viewShapes)(c, "/view", v)
	return c.problems
}

// block judges one block of the surface's own list or of a container.
func (c *checker) block(at string, v any) {
	o := asObject(v)
	if o == nil {
		c.refuse(at, "must provide an object")
		return
	}
	kind, ok := c.blocks[o.str("type")]
	switch {
	case o["type"] == nil:
		c.refuse(at, "missing required field: type")
		return
	case !ok:
		c.refuse(at+"/type", fmt.Sprintf("unsupported type: %v", o["type"]))
		return
	case kind.on&c.surface == 0:
		c.refuse(at+"/type", fmt.Sprintf("%s blocks are not allowed in %s", o.str("type"), c.surface))
		return
	}
	c.count[o.str("type")]++
	outer := c.actions
	c.actions = map[string]bool{}
	kind.shape.check(c, at, o)
	c.actions = outer
}

// blockID is 1 to 255 code points, unique in the message or view.
func blockID(c *checker, at string, v any) {
	chars(1, 255)(c, at, v)
	if id, ok := v.(string); ok && id != "" {
		if c.blockIDs[id] {
			c.refuse(at, fmt.Sprintf("block_id %q already exists", id))
		}
		c.blockIDs[id] = true
	}
}

// actionID is 1 to 255 code points, unique in its block.
func actionID(c *checker, at string, v any) {
	chars(1, 255)(c, at, v)
	if id, ok := v.(string); ok && id != "" {
		if c.actions[id] {
			c.refuse(at, fmt.Sprintf("action_id %q already exists in this block", id))
		}
		c.actions[id] = true
	}
}
