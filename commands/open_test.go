package commands

import "testing"

func TestOnlyWhatConcernsEverybodyMayBeSaidToAll(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	w.member("amira", "", "kingston")
	for line, open := range map[string]bool{
		"/leaderboard": true, "/leaderboard last": true, "/leaderboard all": true, "/leaderboard nonsense": true,
		"/store": true, "/store link Leeds": true, "/store unlink": true, "/store link nowhere": true,
		"/leaderboard partners": false, "/points": false, "/points why": false, "/drop list": false, "/drop topics": false,
		"/drop cancel nothing": false, "/report campaign": false, "/report stores": false, "/report bursts": false, "/clarion help": false, "/store nonsense": false,
	} {
		r, err := w.typed("helen", "ckingston", line)
		if err != nil || r.Open != open || r.Message == nil || r.Public {
			t.Errorf("%s: %+v %v, want open to be %v", line, r, err, open)
		}
	}
	for value, open := range map[string]bool{"stores|all": true, "partners|all": false} {
		r, err := w.pressed("amira", "ckingston", ActionLeaderboard, value)
		if err != nil || r.Open != open {
			t.Errorf("leaderboard %s: %+v %v", value, r, err)
		}
	}
	if r, err := w.pressed("amira", "ckingston", ActionPoints, ""); err != nil || r.Open {
		t.Errorf("points: %+v %v", r, err)
	}
}
