package blockkit

import "testing"

func TestMrkdwnIsDrawnAsSlackDrawsIt(t *testing.T) {
	o := DrawOptions{
		UserName:    func(id string) string { return map[string]string{"U1": "Amira"}[id] },
		ChannelName: func(id string) string { return map[string]string{"C1": "kingston"}[id] },
	}
	link := func(to, label string) string {
		return `<a class="bk-link" href="` + to + `" target="_blank" rel="noopener noreferrer">` + label + `</a>`
	}
	mention := func(s string) string { return `<span class="bk-mention">` + s + `</span>` }
	rows := []struct{ in, want string }{
		{"plain & <b>", "plain &amp; b"}, // a link that leads nowhere
		{"a &lt;b&gt; &amp;amp;", "a &lt;b&gt; &amp;amp;"},
		{"*bold*", "<strong>bold</strong>"},
		{"_it_ ~s~", "<em>it</em> <s>s</s>"},
		{"*a _b ~c~_*", "<strong>a <em>b <s>c</s></em></strong>"},
		{"2*3*4 snake_case_name", "2*3*4 snake_case_name"},
		{"* not bold *", "* not bold *"},
		{"*open", "*open"},
		{"**", "**"},
		{"(*b*), *c*.", "(<strong>b</strong>), <strong>c</strong>."},
		{"`*code*`", `<code class="bk-code">*code*</code>`},
		{"*a `*` b*", `<strong>a <code class="bk-code">*</code> b</strong>`},
		{"```\n*pre* &lt;\n```after", "<pre class=\"bk-pre\">*pre* &lt;\n</pre>after"},
		{"```open", "```open"},
		{"> one\n&gt; two\nthree", `<blockquote class="bk-quote">one<br>two</blockquote>three`},
		{">>> one\ntwo", `<blockquote class="bk-quote">one<br>two</blockquote>`},
		{"a\nb", "a<br>b"},
		{"<@U1> <@U2> <@U2|ben>", mention("@Amira") + " " + mention("@U2") + " " + mention("@ben")},
		{"<#C1> <#C2|soho>", mention("#kingston") + " " + mention("#soho")},
		{"<!here> <!channel> <!subteam^S1|@social> <!subteam^S1>", mention("@here") + " " + mention("@channel") + " " + mention("@social") + " " + mention("@S1")},
		{"<https://example.com|a *b*>", link("https://example.com", "a *b*")},
		{"<https://example.com/?a=1&amp;b=2>", link("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&amp;b=2")},
		{"<mailto:a@example.com>", link("mailto:a@example.com", "a@example.com")},
		{"see https://example.com/a_b_c.", "see " + link("https://example.com/a_b_c", "https://example.com/a_b_c") + "."},
		{"*https://example.com*", "<strong>" + link("https://example.com", "https://example.com") + "</strong>"},
		{"<ftp://example.com|x>", "x"},
		{":tada: :no_such: :+1: 10:30:00", "🎉 :no_such: 👍 10:30:00"},
		{":wave::skin-tone-2:", "👋🏻"},
		{"<!date^1769000000^{date_num} {time}|then>", `<time datetime="2026-01-21T12:53:20Z">2026-01-21 12:53</time>`},
		{"<!date^soon^{date}|then>", "then"},
	}
	for _, r := range rows {
		if got := string(DrawText(r.in, o)); got != r.want {
			t.Errorf("%q\n got %s\nwant %s", r.in, got, r.want)
		}
	}
}
