package blockkit

// imageSource is the part that image blocks and image elements share: alt_text, and exactly one of a URL and a
// Slack file.
func imageSource(more ...field) shape {
	return shape{
		typed: true,
		fields: append([]field{
			need("alt_text", chars(1, 2000)),
			may("image_url", link(3000, "http", "https")),
			may("slack_file", slackFile),
		}, more...),
		whole: func(c *checker, at string, o object) {
			if (o["image_url"] == nil) == (o["slack_file"] == nil) {
				c.refuse(at, "must provide exactly one of image_url, slack_file")
			}
		},
	}
}

// imageBlockShape: https://docs.slack.dev/reference/block-kit/blocks/image-block
var imageBlockShape = imageSource(blockFields(may("title", plainText(2000)))...)

// imageElementShape: https://docs.slack.dev/reference/block-kit/block-elements/image-element
var imageElementShape = imageSource()

func (d *drawer) imageBlock(o object) {
	d.open("figure", set("class", "bk-block bk-image"))
	if t := o.obj("title"); t != nil {
		d.open("figcaption", set("class", "bk-image-title"))
		d.textObject(t)
		d.close("figcaption")
	}
	d.image(o, "bk-picture")
	d.close("figure")
}

// image draws a picture from the web; one that has no address on the web, such as a file in Slack, is drawn as
// its description.
func (d *drawer) image(o object, class string) {
	from := src(o.str("image_url"))
	if from == "" {
		from = src(o.obj("slack_file").str("url"))
	}
	if from == "" {
		d.leaf("span", o.str("alt_text"), set("class", "bk-missing-image "+class), set("role", "img"), set("aria-label", o.str("alt_text")))
		return
	}
	d.open("img", set("class", class), set("src", from), set("alt", o.str("alt_text")), set("loading", "lazy"))
}
