package clarion

import "testing"

func TestATeamsChannelIsReadFromItsIDAndFromItsLink(t *testing.T) {
	want := Channel{Platform: Teams, ID: "19:a1B2_c3-d4@thread.tacv2"}
	for _, s := range []string{
		"19:a1B2_c3-d4@thread.tacv2", " 19:a1B2_c3-d4@thread.tacv2\n", "19%3aa1B2_c3-d4%40thread.tacv2", "19:a1B2_c3-d4@thread.tacv2;messageid=1700000000000",
		"https://teams.microsoft.com/l/channel/19%3Aa1B2_c3-d4%40thread.tacv2/Kingston?groupId=fe4a8eba&tenantId=72f988bf",
		"https://teams.cloud.microsoft/l/channel/19%3Aa1B2_c3-d4%40thread.tacv2?groupId=fe4a8eba",
	} {
		if got, err := ParseTeamsChannel(s); err != nil || got != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	for _, s := range []string{"", "C0123456789", "19:", "19:a@thread.tacv3", "19:a b@thread.tacv2", "19:a@unq.gbl.spaces", "a:1abc", "https://teams.microsoft.com/l/channel/", "19:a{b}@thread.tacv2"} {
		if got, err := ParseTeamsChannel(s); err == nil {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}
