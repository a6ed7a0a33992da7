/** How many votes make a decision. JSON-able; recorded with every decision. */
export interface ConsensusPolicy {
  /** Least share of weight that must hold a view, 0 to 1. */
  quorum: number;
  /** |conviction| that opens a position, 0 to 1. */
  enter: number;
  /** |conviction| below which a held position is given up; less than `enter`, so that noise does not churn. */
  exit: number;
}

export const defaultConsensusPolicy: ConsensusPolicy = { quorum: 0.5, enter: 0.15, exit: 0.05 };
