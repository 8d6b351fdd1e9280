package blockkit

import (
	_ "embed"
	"encoding/json"
	"hash/fnv"
	"html/template"
	"strconv"
	"time"
)

// CSS is the stylesheet of everything that this package draws. Its classes begin with "bk-"; its colours are
// custom properties for light and dark.
//
//go:embed blockkit.css
var CSS string

// An Option is an entry of a menu that lists users or channels.
type Option struct{ Value, Label string }

// DrawOptions says what the blocks themselves cannot know. The zero value draws ids for names and UTC for times.
type DrawOptions struct {
	UserName    func(id string) string // of <@U…>
	ChannelName func(id string) string // of <#C…>, without "#"
	Users       []Option               // of users_select
	Channels    []Option               // of channels_select and conversations_select
	Errors      map[string]string      // block id → sentence, drawn at the field
	State       json.RawMessage        // view.state: what the person already typed, drawn instead of initial values
	Location    *time.Location         // of <!date^…> and datetimepicker
}

// A drawer writes the HTML of one message or view.
type drawer struct {
	writer
	opt      DrawOptions
	blocks   map[string]blockKind
	elements map[string]elementKind
	where    surface
	seed     string // makes the ids of two views on one page differ
	values   object // block id → action id → state
	zone     *time.Location
}

func newDrawer(o DrawOptions, where surface, seed string) *drawer {
	d := &drawer{opt: o, blocks: blockKinds, elements: elementKinds, where: where, seed: seed, zone: o.Location}
	if d.zone == nil {
		d.zone = time.UTC
	}
	if len(o.State) > 0 {
		if v, err := decode(o.State); err == nil {
			d.values = asObject(v).obj("values")
		}
	}
	return d
}

// DrawMessage returns the HTML of a message's blocks, a JSON array. What cannot be drawn becomes a note that
// says so; CheckMessage is the judge.
func DrawMessage(blocks json.RawMessage, o DrawOptions) template.HTML {
	if len(blocks) == 0 {
		return ""
	}
	d := newDrawer(o, message, string(blocks))
	v, err := decode(blocks)
	if err != nil {
		d.note("These blocks are not valid JSON.")
		return d.html()
	}
	list, _ := v.([]any)
	d.drawBlocks(list)
	return d.html()
}

// DrawView returns the HTML of a view's blocks, without its title and its buttons. An input's HTML name is
// "<block id>~<action id>", so that a plain form post carries the whole state (see FormState).
func DrawView(view json.RawMessage, o DrawOptions) template.HTML {
	v, err := decode(view)
	root := asObject(v)
	where := modal
	if root.str("type") == "home" {
		where = home
	}
	d := newDrawer(o, where, root.str("type")+"\x00"+root.str("callback_id"))
	if err != nil {
		d.note("This view is not valid JSON.")
		return d.html()
	}
	d.drawBlocks(root.list("blocks"))
	return d.html()
}

func (d *drawer) drawBlocks(blocks []any) {
	fillIDs("b", blocks)
	for _, v := range blocks {
		d.block(asObject(v))
	}
}

func (d *drawer) block(o object) {
	kind, ok := d.blocks[o.str("type")]
	if !ok {
		d.note("A block of the type “" + o.str("type") + "” cannot be shown.")
		return
	}
	kind.draw(d, o)
}

// note stands in for something that cannot be drawn.
func (d *drawer) note(sentence string) { d.leaf("p", sentence, set("class", "bk-unknown")) }

// htmlID is an id that is safe in HTML and stays the same when the view is drawn again.
func (d *drawer) htmlID(block, action string) string {
	h := fnv.New64a()
	for _, s := range []string{d.seed, block, action} {
		_, _ = h.Write([]byte(s)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	return "bk" + strconv.FormatUint(h.Sum64(), 36)
}

func (d *drawer) userName(id string) string {
	if d.opt.UserName != nil {
		if name := d.opt.UserName(id); name != "" {
			return name
		}
	}
	return id
}

func (d *drawer) channelName(id string) string {
	if d.opt.ChannelName != nil {
		if name := d.opt.ChannelName(id); name != "" {
			return name
		}
	}
	return id
}
