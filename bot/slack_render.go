package bot

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// Slack's limits, in code points, from https://docs.slack.dev/reference/block-kit/.
const (
	slackSection     = 3000
	slackHeader      = 150
	slackButton      = 75
	slackOption      = 75
	slackContext     = 3000
	slackTitle       = 24
	slackPlaceholder = 150
	slackLabel       = 2000
	slackFields      = 10
	slackControls    = 25
	slackOptions     = 100
	slackChartTitle  = 50
	slackChartLabel  = 20
	slackChartBars   = 20
	slackRows        = 100 // of a table, with its header
	slackMessage     = 50  // blocks
	slackView        = 100 // blocks
)

// A surface is where blocks are drawn.
type surface int

const (
	inMessage      surface = iota
	inPlainMessage         // a workspace that refuses tables and charts
	inView                 // a modal or Home tab, where Slack draws neither
)

// slackRenderer turns parts into Block Kit.
type slackRenderer struct {
	surface surface
	actions map[string]int // how often an action's name has been used: Slack wants each id once in a view
	tabled  bool           // there is a table: Slack takes one in a message and answers only_one_table_allowed to more
	blocks  []slack.Block
}

func renderSlack(parts []chat.Part, s surface) []slack.Block {
	r := &slackRenderer{surface: s, actions: map[string]int{}}
	for _, p := range parts {
		r.part(p)
	}
	most := slackMessage
	if s == inView {
		most = slackView
	}
	if len(r.blocks) > most {
		r.blocks = append(r.blocks[:most-1], note("There is more than fits here."))
	}
	return r.blocks
}

func (r *slackRenderer) add(b ...slack.Block) { r.blocks = append(r.blocks, b...) }

func (r *slackRenderer) part(p chat.Part) {
	switch p := p.(type) {
	case chat.Heading:
		r.add(slack.NewHeaderBlock(plain(string(p), slackHeader)))
	case chat.Paragraph:
		r.paragraph(p)
	case chat.Facts:
		r.facts(p)
	case chat.Note:
		if chat.Text(p).String() != "" {
			r.add(slack.NewContextBlock("", noteText(chat.Text(p))))
		}
	case chat.Line:
		r.add(slack.NewDividerBlock())
	case chat.Picture:
		r.add(slack.NewImageBlock(p.Address, altText(p.Alt), "", nil))
	case chat.Copyable:
		if p == "" {
			return
		}
		r.add(slack.NewRichTextBlock("", &slack.RichTextPreformatted{
			Type:     slack.RTEPreformatted,
			Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(clipped(string(p), slackSection), nil)},
		}))
	case chat.Table:
		r.table(p)
	case chat.Chart:
		if r.surface == inMessage && len(p.Bars) > 1 {
			r.add(chart(p))
		}
	case chat.Controls:
		r.controls(p)
	case chat.Input:
		r.input(p)
	default:
		panic(fmt.Sprintf("bot: no way to draw a %T", p))
	}
}

// paragraph draws a text as rich text, in which nothing that a person typed can be read as markup; one with a
// picture beside it is a section, because only sections have that.
func (r *slackRenderer) paragraph(p chat.Paragraph) {
	switch {
	case len(richRuns(p.Text, false)) == 0:
	case p.Thumbnail != nil:
		picture := slack.NewImageBlockElement(p.Thumbnail.Address, altText(p.Thumbnail.Alt))
		r.add(slack.NewSectionBlock(marked(p.Text, slackSection), nil, slack.NewAccessory(picture)))
	default:
		r.add(slack.NewRichTextBlock("", slack.NewRichTextSection(richRuns(p.Text, false)...)))
	}
}

// richRuns draws the runs of a text as elements of rich text.
func richRuns(t chat.Text, bold bool) []slack.RichTextSectionElement {
	var elements []slack.RichTextSectionElement
	for _, run := range t {
		style := &slack.RichTextSectionTextStyle{Bold: bold || run.Style == chat.Bold, Italic: run.Style == chat.Italic, Code: run.Style == chat.Code || run.Style == chat.Command}
		if *style == (slack.RichTextSectionTextStyle{}) {
			style = nil
		}
		switch {
		case run.Person.Platform == clarion.Slack: // somebody of another platform is a name to Slack
			elements = append(elements, slack.NewRichTextSectionUserElement(run.Person.ID, style))
		case run.Channel.Platform == clarion.Slack:
			elements = append(elements, slack.NewRichTextSectionChannelElement(run.Channel.ID, style))
		case !run.Moment.IsZero():
			fallback := run.Text
			elements = append(elements, slack.NewRichTextSectionDateElement(run.Moment.Unix(), "{date_short_pretty}, {time}", nil, &fallback))
		case run.Link != "":
			// Without a text the address itself is shown.
			elements = append(elements, slack.NewRichTextSectionLinkElement(run.Link, run.Text, style))
		case run.Text != "":
			elements = append(elements, slack.NewRichTextSectionTextElement(run.Text, style))
		}
	}
	return elements
}

func (r *slackRenderer) facts(facts chat.Facts) {
	for start := 0; start < len(facts); start += slackFields {
		var fields []*slack.TextBlockObject
		for _, f := range facts[start:min(start+slackFields, len(facts))] {
			fields = append(fields, marked(chat.Strong(f.Label).Line().Add(f.Value), slackLabel))
		}
		r.add(slack.NewSectionBlock(nil, fields, nil))
	}
}

// table draws the first table where Slack has them, and lines of text elsewhere. Of more rows than fit, the first
// are drawn and the marked one.
func (r *slackRenderer) table(t chat.Table) {
	t, left := fewerRows(t, slackRows-1)
	if r.surface == inMessage && !r.tabled {
		r.tabled = true
		r.add(nativeTable(t))
	} else if len(t.Rows) > 0 {
		r.add(slack.NewRichTextBlock("", tableLines(t)...))
	}
	if left > 0 {
		r.add(note(fmt.Sprintf("And %s more.", chat.Number(left))))
	}
}

func nativeTable(t chat.Table) slack.Block {
	block := slack.NewTableBlock("")
	header := make([]slack.TableCell, 0, len(t.Columns))
	for _, c := range t.Columns {
		align := slack.ColumnAlignmentLeft
		if c.Numbers {
			align = slack.ColumnAlignmentRight
		}
		block.ColumnSettings = append(block.ColumnSettings, slack.ColumnSetting{Align: align, IsWrapped: !c.Numbers})
		header = append(header, cell(chat.Strong(c.Title), false))
	}
	block.AddRow(header...)
	for i, row := range t.Rows {
		cells := make([]slack.TableCell, 0, len(row))
		for _, text := range row {
			cells = append(cells, cell(text, i == t.Marked))
		}
		block.AddRow(cells...)
	}
	return block
}

func cell(t chat.Text, bold bool) slack.TableCell {
	runs := richRuns(t, bold)
	if len(runs) == 0 {
		return slack.NewTableRawTextCell("–")
	}
	return slack.NewTableRichTextCell(slack.NewRichTextSection(runs...))
}

// tableLines writes each row as a line of rich text, in which numbers have their column's title after them. The
// marked one is bold.
func tableLines(t chat.Table) []slack.RichTextElement {
	var lines []slack.RichTextElement
	for i, row := range t.Rows {
		lines = append(lines, slack.NewRichTextSection(richRuns(rowLine(t, row), i == t.Marked)...))
	}
	return lines
}

func chart(c chat.Chart) slack.Block {
	bars := c.Bars[:min(len(c.Bars), slackChartBars)]
	var labels []string
	var points []slack.DataVisualizationDataPoint
	seen := map[string]bool{}
	for i, b := range bars {
		name := cmp.Or(strings.TrimSpace(b.Label), "–")
		label := clipped(name, slackChartLabel)
		for n := i + 1; seen[label]; n++ { // each label once
			label = clipped(fmt.Sprintf("%d %s", n, name), slackChartLabel)
		}
		seen[label] = true
		labels = append(labels, label)
		points = append(points, slack.NewDataVisualizationDataPoint(label, float64(b.Value)))
	}
	return slack.NewDataVisualizationBlock(clipped(cmp.Or(c.Title, "–"), slackChartTitle),
		slack.NewDataVisualizationBarChart(slack.NewDataVisualizationAxisConfig(labels...), slack.NewDataVisualizationDataSeries(clipped(cmp.Or(c.Unit, "–"), slackChartLabel), points...)))
}

func (r *slackRenderer) controls(controls chat.Controls) {
	for start := 0; start < len(controls); start += slackControls {
		var elements []slack.BlockElement
		for _, c := range controls[start:min(start+slackControls, len(controls))] {
			switch c := c.(type) {
			case chat.Button:
				elements = append(elements, r.button(c))
			case chat.Choice:
				elements = append(elements, r.choice(c))
			default:
				panic(fmt.Sprintf("bot: no way to draw a %T", c))
			}
		}
		r.add(slack.NewActionBlock("", elements...))
	}
}

// actionID makes the id of a control from its action, told apart from others of the same action by a number.
func (r *slackRenderer) actionID(action string) string {
	r.actions[action]++
	if n := r.actions[action]; n > 1 {
		return action + "#" + strconv.Itoa(n)
	}
	return action
}

// actionOf reads what actionID wrote.
func actionOf(id string) string {
	action, _, _ := strings.Cut(id, "#")
	return action
}

func (r *slackRenderer) button(b chat.Button) slack.BlockElement {
	e := slack.NewButtonBlockElement(r.actionID(b.Action), b.Value, plain(b.Label, slackButton))
	e.URL = b.Address
	switch b.Look {
	case chat.Primary:
		e.Style = slack.StylePrimary
	case chat.Danger:
		e.Style = slack.StyleDanger
	}
	if c := b.Confirm; c != nil {
		e.Confirm = slack.NewConfirmationBlockObject(plain(c.Title, 100), plain(c.Text, 300), plain(c.Yes, 30), plain(c.No, 30))
	}
	return e
}

func (r *slackRenderer) choice(c chat.Choice) slack.BlockElement {
	options, groups := slackOptionsOf(c.Options)
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(c.Label, slackPlaceholder), r.actionID(c.Action), options...)
	e.OptionGroups = groups
	e.InitialOption = initialOption(c.Options, c.Chosen)
	return e
}

// slackOptionsOf draws options, in groups when they have any: Slack takes one or the other.
func slackOptionsOf(options []chat.Option) (flat []*slack.OptionBlockObject, groups []*slack.OptionGroupBlockObject) {
	for _, o := range options {
		drawn := slackOptionOf(o)
		if o.Group == "" {
			flat = append(flat, drawn)
			continue
		}
		label := clipped(o.Group, slackOption)
		if n := len(groups); n > 0 && groups[n-1].Label.Text == label && len(groups[n-1].Options) < slackOptions {
			groups[n-1].Options = append(groups[n-1].Options, drawn)
			continue
		}
		groups = append(groups, slack.NewOptionGroupBlockElement(plain(o.Group, slackOption), drawn))
	}
	return flat, groups
}

// flatOptions draws options for what has no groups.
func flatOptions(options []chat.Option) []*slack.OptionBlockObject {
	flat := make([]*slack.OptionBlockObject, 0, len(options))
	for _, o := range options {
		flat = append(flat, slackOptionOf(o))
	}
	return flat
}

func slackOptionOf(o chat.Option) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(o.Value, plain(o.Label, slackOption), nil)
}

func initialOption(options []chat.Option, value string) *slack.OptionBlockObject {
	for _, o := range options {
		if value != "" && o.Value == value {
			return slackOptionOf(o)
		}
	}
	return nil
}

func initialOptions(options []chat.Option, values []string) []*slack.OptionBlockObject {
	var chosen []*slack.OptionBlockObject
	for _, v := range values {
		if o := initialOption(options, v); o != nil {
			chosen = append(chosen, o)
		}
	}
	return chosen
}

// plain is text that Slack does not read as markup. Empty text is refused by Slack; a dash stands for it.
func plain(s string, most int) *slack.TextBlockObject {
	if strings.TrimSpace(s) == "" {
		s = "–"
	}
	return slack.NewTextBlockObject(slack.PlainTextType, clipped(s, most), false, false)
}

// marked is text in Slack's markup. Verbatim keeps Slack from finding addresses, channels and people in it
// that are not marked up as such (https://docs.slack.dev/reference/block-kit/composition-objects/text-object).
func marked(t chat.Text, most int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, cmp.Or(mrkdwn(t, most), "–"), false, true)
}

// altText is what a picture shows. Slack wants one for each.
func altText(s string) string { return clipped(cmp.Or(s, "Picture"), slackLabel) }

// noteText is small print: without markup when nothing in it needs any.
func noteText(t chat.Text) slack.MixedElement {
	for _, run := range t {
		if run.Style != chat.Plain || run.Link != "" || !run.Person.IsZero() || !run.Channel.IsZero() || !run.Moment.IsZero() {
			return marked(t, slackContext)
		}
	}
	return plain(t.String(), slackContext)
}

func note(s string) slack.Block { return slack.NewContextBlock("", plain(s, slackContext)) }
