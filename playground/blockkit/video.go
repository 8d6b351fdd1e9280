package blockkit

// videoShape: https://docs.slack.dev/reference/block-kit/blocks/video-block; the page says "less than" 200 and 50.
var videoShape = shape{typed: true, fields: blockFields(
	need("alt_text", chars(1, 2000)),
	need("title", plainText(199)),
	need("thumbnail_url", link(3000, "http", "https")),
	need("video_url", link(3000, "https")),
	may("title_url", link(2000, "https")),
	may("author_name", chars(1, 49)),
	may("provider_name", chars(1, 50)),
	may("provider_icon_url", link(2000, "http", "https")),
	may("description", plainText(200)),
)}

// video draws the picture with a link to the video: no foreign player runs in the page.
func (d *drawer) video(o object) {
	d.open("figure", set("class", "bk-block bk-video"))
	d.open("figcaption", set("class", "bk-video-title"))
	title := emojify(o.obj("title").str("text"))
	d.anchor(or(o.str("title_url"), o.str("video_url")), title)
	for _, more := range []string{o.str("author_name"), o.str("provider_name")} {
		if more != "" {
			d.leaf("small", more, set("class", "bk-description"))
		}
	}
	d.close("figcaption")
	d.image(object{"image_url": o["thumbnail_url"], "alt_text": o["alt_text"]}, "bk-picture")
	if more := o.obj("description"); more != nil {
		d.open("p", set("class", "bk-description"))
		d.textObject(more)
		d.close("p")
	}
	d.close("figure")
}
