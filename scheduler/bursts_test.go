package scheduler

import (
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// burst lets so many new visitors come by a link of the campaign within a minute, of which one scores.
func (w *world) burst(campaign string, first, visitors int) {
	w.t.Helper()
	link := clarion.ShareLink{Code: "code", Campaign: clarion.CampaignID(campaign), Partner: "p1", Network: clarion.X}
	for i := range visitors {
		id := clarion.VisitorID{byte(first + i)}
		_, err := w.workspace.CountVisit(w.t.Context(), storage.Visit{
			Link: link, Award: clarion.DefaultRules().Click(link, id, w.now(), w.location), Visitor: id, Day: "today", Burst: 1,
		})
		must(w.t, err)
	}
}

func TestTheMakerIsAskedOnceAboutABurstWhateverTheNumberOfProcesses(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("spring", monday)
	one, two := w.process(), w.process()
	w.burst("spring", 0, 4)
	for range 3 {
		must(t, one.Tick(t.Context()))
		must(t, two.Tick(t.Context()))
		w.pass(time.Second)
	}
	asked := w.board.in("DUHELEN")
	if len(asked) != 1 || asked[0].text != "burst spring:p1:x" {
		t.Fatalf("asked %+v, want one question to who made the campaign", asked)
	}
	// The next burst of the same link is another question.
	_, err := w.workspace.RefuseBurst(t.Context(), "spring:p1:x", w.now())
	must(t, err)
	w.pass(time.Hour)
	must(t, one.Tick(t.Context()))
	w.burst("spring", 100, 4)
	for range 2 {
		must(t, one.Tick(t.Context()))
		must(t, two.Tick(t.Context()))
		w.pass(time.Second)
	}
	if asked := w.board.in("DUHELEN"); len(asked) != 2 {
		t.Errorf("asked %+v, want a second question", asked)
	}
}

func TestTheSocialTeamsChannelIsAskedWhenThereIsOne(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("spring", monday)
	s := w.process()
	s.cfg.Social = clarion.Channel{Platform: clarion.Slack, ID: "CSOCIAL"}
	w.burst("spring", 0, 2)
	must(t, s.Tick(t.Context()))
	if len(w.board.in("CSOCIAL")) != 1 || len(w.board.in("DUHELEN")) != 0 {
		t.Errorf("asked %+v and %+v, want the channel alone", w.board.in("CSOCIAL"), w.board.in("DUHELEN"))
	}
}

func TestABurstThatIsDecidedBeforeTheQuestionIsNotAskedAbout(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("spring", monday)
	s := w.process()
	must(t, s.Tick(t.Context()))
	w.burst("spring", 0, 2)
	must(t, s.askAboutBursts(t.Context(), w.now()))
	_, err := w.workspace.ReleaseBurst(t.Context(), "spring:p1:x", w.now())
	must(t, err)
	must(t, s.Tick(t.Context()))
	if asked := w.board.in("DUHELEN"); len(asked) != 0 {
		t.Errorf("asked %+v, want nothing", asked)
	}
}
