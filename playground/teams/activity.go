package teams

import (
	"slices"
	"strconv"
	"strings"
)

// AdaptiveCard is the content type of an Adaptive Card.
const AdaptiveCard = "application/vnd.microsoft.card.adaptive"

// cardTypes are the attachments that Teams draws
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference).
var cardTypes = []string{
	AdaptiveCard, "application/vnd.microsoft.card.hero", "application/vnd.microsoft.card.thumbnail", "application/vnd.microsoft.card.receipt",
	"application/vnd.microsoft.card.signin", "application/vnd.microsoft.card.oauth", "application/vnd.microsoft.teams.card.o365connector",
	"application/vnd.microsoft.teams.card.file.consent", "application/vnd.microsoft.teams.card.file.info", "image/png", "image/jpeg", "image/gif",
}

// checkActivity says what is wrong with an activity of the bot, and which type it is of. The words of the refusals are
// those of Microsoft's Agents Playground where it has such a refusal; it takes any card.
func checkActivity(activity map[string]any) (kind string, err error) {
	kind = text(activity, "type")
	switch kind {
	case "typing":
		return kind, nil
	case "message":
	default:
		return kind, badArgument("Unknown activity type")
	}
	list, _ := activity["attachments"].([]any)
	if _, has := activity["text"].(string); !has && len(list) == 0 {
		return kind, badSyntax("Activity must include non empty 'text' field or at least 1 attachment")
	}
	for _, item := range list {
		attachment, _ := item.(map[string]any)
		contentType := text(attachment, "contentType")
		if !slices.Contains(cardTypes, contentType) {
			return kind, badArgument("Unknown attachment type %q", contentType)
		}
		if contentType == AdaptiveCard {
			if err := checkCard(attachment["content"]); err != nil {
				return kind, err
			}
		}
	}
	return kind, checkMentions(activity)
}

// checkMentions wants each mention to stand in the text as it says.
func checkMentions(activity map[string]any) error {
	list, _ := activity["entities"].([]any)
	said := text(activity, "text")
	for _, item := range list {
		entity, _ := item.(map[string]any)
		if entity["type"] != "mention" {
			continue
		}
		mention := text(entity, "text")
		switch {
		case text(entity, "mentioned", "id") == "":
			return badArgument("Mention entity does not have valid id")
		case !strings.HasPrefix(mention, "<at>") || !strings.HasSuffix(mention, "</at>"):
			return badArgument("Mention entity does not have valid text")
		case said != "" && !strings.Contains(said, mention):
			return badArgument("Mention text does not match")
		}
	}
	return nil
}

// maxActions is how many actions Teams shows in one place, and maxCard the newest version of cards that all of its
// clients draw (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference).
// Teams itself takes other cards too and draws them badly; here they are refused, so that it is noticed.
const (
	maxActions = 6
	maxCard    = 5 // 1.5
)

func checkCard(content any) error {
	card, ok := content.(map[string]any)
	if !ok {
		return badSyntax("An Adaptive Card is a JSON object.")
	}
	if card["type"] != "AdaptiveCard" {
		return badSyntax("An Adaptive Card has the type AdaptiveCard.")
	}
	major, minor, _ := strings.Cut(text(card, "version"), ".")
	if n, err := strconv.Atoi(minor); err != nil || n < 0 || n > maxCard || major != "1" {
		return badArgument("The version %q of the Adaptive Card is not supported.", text(card, "version"))
	}
	var wrong error
	walk(card, func(element map[string]any) {
		list, _ := element["actions"].([]any)
		if len(list) > maxActions && wrong == nil {
			wrong = badArgument("An Adaptive Card shows at most %d actions in one place and not %d.", maxActions, len(list))
		}
	})
	return wrong
}

// walk visits the objects of a card, each before what is in it, in the order in which they are seen: a card's body
// before its actions.
func walk(node any, visit func(map[string]any)) {
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			walk(item, visit)
		}
	case map[string]any:
		visit(node)
		for _, part := range []string{"body", "items", "columns", "rows", "cells", "facts", "images", "inlines", "card", "selectAction", "inlineAction", "actions"} {
			walk(node[part], visit)
		}
	}
}
