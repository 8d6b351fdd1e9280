package roster

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	clarion "github.com/clarion-bot/clarion"
)

// StoreColumns returns the columns that a file of stores can have. Channel is that in Slack; of it and teams_channel at least
// one is there.
func StoreColumns() []string {
	return []string{"id", "name", "region", "channel", "teams_channel", "headcount"}
}

func storeLayout() layout {
	return layout{all: StoreColumns(), needed: [][]string{{"id"}, {"name"}, {"region"}, {"channel", "teams_channel"}, {"headcount"}}}
}

// The greatest lengths of names, in characters; they fit every form.
const (
	maxName      = 70
	maxHeadcount = 1_000_000
)

// A StoreLine is one line of a file of stores.
type StoreLine struct {
	Line        int
	Store       clarion.Store // with its channels, but for one in Slack of which the file has the name
	ChannelName string        // the channel's name without "#", when the file has that: see Resolve
}

// Slack's ids of channels and private channels
// (https://docs.slack.dev/reference/objects/conversation-object), and its names of channels: up to 80
// characters, none of them upper case, and of the signs only - and _.
var (
	channelID   = regexp.MustCompile(`^[CG][A-Z0-9]{7,20}$`)
	channelName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_-]{1,80}$`)
)

// ReadStores reads a file of stores. Everything that is wrong with it is in the problems; only when there are
// none are the lines complete.
func ReadStores(r io.Reader) ([]StoreLine, []Problem) {
	rows, wrong := readTable(r, storeLayout())
	var lines []StoreLine
	ids, channels := map[clarion.StoreID]int{}, map[string]int{}
	for _, row := range rows {
		line := StoreLine{Line: row.line, Store: clarion.Store{Region: row.cells["region"]}}
		line.Store.ID = readStoreID(row, &wrong)
		if first, twice := ids[line.Store.ID]; twice && line.Store.ID != "" {
			wrong.add(row.line, "id", "The store %s is on line %d already: keep one of the two.", line.Store.ID, first)
		} else {
			ids[line.Store.ID] = row.line
		}
		line.Store.Name = readName(row, "name", &wrong)
		if n := utf8.RuneCountInString(line.Store.Region); n > maxName {
			wrong.add(row.line, "region", "The name has %d characters: shorten it to %d.", n, maxName)
		}
		line.Store.Headcount = readHeadcount(row, &wrong)

		channel := row.cells["channel"]
		name := strings.ToLower(strings.TrimPrefix(channel, "#"))
		switch {
		case channel == "":
		case channelID.MatchString(channel):
			line.Store.Channels = []clarion.Channel{{Platform: clarion.Slack, ID: channel}}
		case channelName.MatchString(name):
			line.ChannelName, channel = name, "#"+name
		default:
			wrong.add(row.line, "channel", "%q is not a channel: write its name, such as #kingston, or its id, such as C024BE91L.", channel)
		}
		if first, twice := channels[channel]; twice && channel != "" {
			wrong.add(row.line, "channel", "The channel %s is that of line %d already: a channel is one store's.", channel, first)
		} else {
			channels[channel] = row.line
		}
		readTeamsChannel(row, &line, channels, &wrong)
		lines = append(lines, line)
	}
	return lines, wrong.sorted()
}

// readTeamsChannel reads the channel in Teams, which can also be the address that leads to it.
func readTeamsChannel(row row, line *StoreLine, lines map[string]int, wrong *problems) {
	text := row.cells["teams_channel"]
	if text == "" {
		return
	}
	channel, err := clarion.ParseTeamsChannel(text)
	if err != nil {
		wrong.add(row.line, "teams_channel", "%q is not a channel of Teams: choose “Copy link” in the channel's menu, and paste what it copies.", text)
		return
	}
	if first, twice := lines[channel.ID]; twice {
		wrong.add(row.line, "teams_channel", "The channel %s is that of line %d already: a channel is one store's.", channel.ID, first)
	}
	lines[channel.ID] = row.line
	line.Store.Channels = append(line.Store.Channels, channel)
}

func readStoreID(row row, wrong *problems) clarion.StoreID {
	id, err := clarion.ParseStoreID(row.cells["id"])
	if err != nil {
		wrong.add(row.line, "id", "%q cannot be a store's id: use up to 40 of a–z, 0–9, - and _, beginning with a letter or digit.", row.cells["id"])
	}
	return id
}

func readName(row row, column string, wrong *problems) string {
	name := row.cells[column]
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		wrong.add(row.line, column, "The name is empty: write one.")
	case n > maxName:
		wrong.add(row.line, column, "The name has %d characters: shorten it to %d.", n, maxName)
	}
	return name
}

func readHeadcount(row row, wrong *problems) int {
	text := row.cells["headcount"]
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxHeadcount {
		wrong.add(row.line, "headcount", "%q is not a number of people: write a whole number, or nothing when it is not known.", text)
		return 0
	}
	return n
}

// ChannelNames returns the names of channels that Resolve needs the ids of, each once.
func ChannelNames(lines []StoreLine) []string {
	var names []string
	for _, l := range lines {
		if l.ChannelName != "" {
			names = append(names, l.ChannelName)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Resolve puts the ids of channels in place of their names. A name that has none is a problem, and so is a
// channel that turns out to be on two lines.
func Resolve(lines []StoreLine, ids map[string]string) ([]clarion.Store, []Problem) {
	var wrong problems
	stores := make([]clarion.Store, 0, len(lines))
	taken := map[string]int{}
	for _, l := range lines {
		store := l.Store
		if l.ChannelName != "" {
			id, ok := ids[l.ChannelName]
			if !ok {
				wrong.add(l.Line, "channel", "Slack shows the bot no channel #%s: check the name, and invite the bot when the channel is private.", l.ChannelName)
				continue
			}
			store = store.Linked(clarion.Channel{Platform: clarion.Slack, ID: id})
		}
		if c, ok := store.ChannelOn(clarion.Slack); ok {
			if first, twice := taken[c.ID]; twice {
				wrong.add(l.Line, "channel", "The channel %s is that of line %d already: a channel is one store's.", c.ID, first)
			}
			taken[c.ID] = l.Line
		}
		stores = append(stores, store)
	}
	return stores, wrong.sorted()
}

// Merge says what has to be stored so that the known stores become those of the file. A store for which the
// file has no channel keeps its own, unless the file gives that to another store. A store that is not in the
// file stays as it is.
func Merge(file, known []clarion.Store) (put []clarion.Store, created, changed int) {
	given := map[clarion.Channel]clarion.StoreID{}
	for _, s := range file {
		for _, c := range s.Channels {
			given[c] = s.ID
		}
	}
	before := make(map[clarion.StoreID]clarion.Store, len(known))
	for _, s := range known {
		before[s.ID] = s
	}
	for _, s := range file {
		old, ok := before[s.ID]
		merged := s
		merged.Channels = nil
		for _, c := range old.Channels {
			if owner, moved := given[c]; !moved || owner == s.ID {
				merged = merged.Linked(c)
			}
		}
		for _, c := range s.Channels {
			merged = merged.Linked(c)
		}
		switch {
		case !ok:
			created++
		case !sameStore(old, merged):
			changed++
		default:
			continue
		}
		put = append(put, merged)
	}
	return put, created, changed
}

func sameStore(a, b clarion.Store) bool {
	channels := func(s clarion.Store) []clarion.Channel {
		return slices.SortedFunc(slices.Values(s.Channels), func(a, b clarion.Channel) int { return cmp.Compare(a.String(), b.String()) })
	}
	return a.Name == b.Name && a.Region == b.Region && a.Headcount == b.Headcount && slices.Equal(channels(a), channels(b))
}

// sorted returns the problems in the order of their lines.
func (p problems) sorted() []Problem {
	slices.SortStableFunc(p, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return p
}
