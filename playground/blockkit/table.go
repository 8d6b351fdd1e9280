package blockkit

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

var (
	rawText   = shape{typed: true, fields: []field{need("text", chars(1, unbounded))}}
	rawNumber = shape{typed: true, fields: []field{need("value", number), may("text", chars(1, unbounded))}}

	tableCell  = oneType(map[string]shape{"raw_text": rawText, "raw_number": rawNumber, "rich_text": richTextShape})
	headerCell = oneType(map[string]shape{"raw_text": rawText, "raw_number": rawNumber})
)

// tableShape: https://docs.slack.dev/reference/block-kit/blocks/table-block
var tableShape = shape{typed: true, fields: blockFields(
	need("rows", items(1, 100, items(1, 20, tableCell))),
	may("column_settings", items(0, 20, columnSetting)),
)}

// columnSetting may be null: the column then keeps its defaults.
func columnSetting(c *checker, at string, v any) {
	if v != nil {
		is(shape{fields: []field{may("align", oneOf("left", "center", "right")), may("is_wrapped", truth)}})(c, at, v)
	}
}

// maxDataTable is how many code points the cells of one data table hold together.
const maxDataTable = 10000

// dataTableShape: https://docs.slack.dev/reference/block-kit/blocks/data-table-block; a header row and 1 to 100
// rows of the same number of cells.
var dataTableShape = shape{
	typed: true,
	fields: blockFields(
		need("caption", chars(1, unbounded)),
		need("rows", dataRows),
		may("page_size", integer(1, 100)),
		may("row_header_column_index", integer(0, 19)),
	),
	whole: func(c *checker, at string, o object) {
		rows := o.list("rows")
		if len(rows) == 0 {
			return
		}
		header, _ := rows[0].([]any)
		if i, ok := o.integer("row_header_column_index"); ok && i >= int64(len(header)) {
			c.refuse(at+"/row_header_column_index", "must be the index of a column")
		}
		total := 0
		for i, row := range rows {
			cells, _ := row.([]any)
			if len(cells) != len(header) {
				c.refuse(at+"/rows/"+strconv.Itoa(i), "must have as many cells as the header row")
			}
			for _, cell := range cells {
				total += utf8.RuneCountInString(cellText(asObject(cell)))
			}
		}
		if total > maxDataTable {
			c.refuse(at+"/rows", fmt.Sprintf("cells together must be less than %d characters", maxDataTable+1))
		}
	},
}

func dataRows(c *checker, at string, v any) {
	first := true
	items(2, 101, func(c *checker, at string, v any) {
		cell := tableCell
		if first {
			cell, first = headerCell, false
		}
		items(1, 20, cell)(c, at, v)
	})(c, at, v)
}

// cellText is what a cell says.
func cellText(cell object) string {
	switch cell.str("type") {
	case "raw_number":
		return or(cell.str("text"), fmt.Sprint(cell["value"]))
	case "rich_text":
		return plainRichText(cell)
	}
	return cell.str("text")
}

// table draws the first row as the header, as Slack does.
func (d *drawer) table(o object) {
	settings := o.list("column_settings")
	d.rows(o, "", func(column int) attr {
		if column >= len(settings) {
			return attr{}
		}
		switch s := asObject(settings[column]); s.str("align") {
		case "center", "right":
			return set("class", "bk-"+s.str("align"))
		}
		return attr{}
	}, -1)
}

// dataTable draws all rows: it neither pages nor sorts. Columns of numbers are aligned to the right.
func (d *drawer) dataTable(o object) {
	rows := o.list("rows")
	numeric := func(column int) attr {
		if len(rows) < 2 {
			return attr{}
		}
		if cells, _ := rows[1].([]any); column < len(cells) && asObject(cells[column]).str("type") == "raw_number" {
			return set("class", "bk-right")
		}
		return attr{}
	}
	head, _ := o.integer("row_header_column_index")
	d.rows(o, o.str("caption"), numeric, int(head))
}

// rows draws a table; the cells of column head name their row.
func (d *drawer) rows(o object, caption string, align func(column int) attr, head int) {
	d.open("div", set("class", "bk-block bk-table-frame"), set("tabindex", "0"), set("role", "region"), set("aria-label", or(caption, "Table")))
	d.open("table", set("class", "bk-table"))
	if caption != "" {
		d.leaf("caption", caption)
	}
	for i, row := range o.list("rows") {
		switch i {
		case 0:
			d.open("thead")
		case 1:
			d.open("tbody")
		}
		d.open("tr")
		cells, _ := row.([]any)
		for j, cell := range cells {
			tag, scope := markup("td"), attr{}
			switch {
			case i == 0:
				tag, scope = "th", set("scope", "col")
			case j == head:
				tag, scope = "th", set("scope", "row")
			}
			d.open(tag, scope, align(j))
			d.cell(asObject(cell))
			d.close(tag)
		}
		d.close("tr")
		if i == 0 {
			d.close("thead")
		}
	}
	if len(o.list("rows")) > 1 {
		d.close("tbody")
	}
	d.close("table")
	d.close("div")
}

func (d *drawer) cell(cell object) {
	if cell.str("type") == "rich_text" {
		d.richText(cell)
		return
	}
	d.lines(emojify(cellText(cell)))
}
