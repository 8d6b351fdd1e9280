// What the bot sends to Slack, made of Slack's own types. A view's blocks are those that are known; @slack/types lets any
// pass there.

import type { HomeView, KnownBlock, ModalView } from "@slack/types";

type Known = KnownBlock | DataVisualizationBlock;

export interface Message {
  /**
   * What a notification says, and a client that cannot show the blocks. Slack asks for no more. Maximum of 4000 characters.
   * https://docs.slack.dev/reference/methods/chat.postMessage
   */
  text: string;
  /**
   * Maximum 50 blocks.
   * https://docs.slack.dev/reference/block-kit/blocks
   */
  blocks?: Known[];
}

export interface Modal {
  view: Omit<ModalView, "blocks"> & {
    /** Maximum 100 blocks. */
    blocks: Known[];
  };
}

export interface Home {
  view: Omit<HomeView, "blocks"> & {
    /** Maximum 100 blocks. */
    blocks: Known[];
  };
}

// Charts are newer than @slack/types 3.2.0. Remove what follows when KnownBlock has a DataVisualizationBlock.
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block

interface DataVisualizationBlock {
  type: "data_visualization";
  /** Maximum length of 255 characters. */
  block_id?: string;
  /** Maximum 50 characters. */
  title: string;
  chart: Pie | Series;
}

interface Pie {
  type: "pie";
  /** Minimum 1, maximum 6 items. */
  segments: Point[];
}

interface Series {
  type: "bar" | "area" | "line";
  /** Minimum 1, maximum 6 items. */
  series: {
    /** Maximum of 20 characters. */
    name: string;
    /** Minimum 1, maximum 20 items. */
    data: Point[];
  }[];
  axis_config: {
    /** Minimum 1, maximum 20 items. Maximum length for the text in each item is 20 characters. */
    categories: string[];
    /** Maximum of 50 characters. */
    x_label?: string;
    /** Maximum of 50 characters. */
    y_label?: string;
  };
}

interface Point {
  /** Maximum of 20 characters. */
  label: string;
  value: number;
}
