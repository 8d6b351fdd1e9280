// What the bot sends to Teams, made of Microsoft's own types of cards. They know what Teams knows beyond version 1.5 too, as
// charts: which of it needs a fallback is for teams.js to say.

import type { AdaptiveCardOptions, CardElementArray } from "@microsoft/teams.cards";

export type Card = AdaptiveCardOptions & { type: "AdaptiveCard"; body: CardElementArray };

interface Attachment {
  contentType: "application/vnd.microsoft.card.adaptive";
  content: Card;
}

// An activity that is a message.
// https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
export interface Message {
  type: "message";
  /** What a notification says. */
  summary: string;
  text?: string;
  textFormat?: "plain" | "markdown" | "xml";
  attachments: [Attachment];
}

// The answers to task/fetch and task/submit.
// https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
export interface Dialog {
  task: {
    type: "continue";
    value: { title: string; height?: number | Size; width?: number | Size; card: Attachment };
  };
}

type Size = "small" | "medium" | "large";

export interface Notice {
  task: { type: "message"; value: string };
}

// The answer to adaptiveCard/action.
// https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
export type Changed =
  | { statusCode: 200; type: "application/vnd.microsoft.card.adaptive"; value: Card }
  | { statusCode: 200; type: "application/vnd.microsoft.activity.message"; value: string };
