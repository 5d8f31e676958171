/** Which labels of the project the ranking has learned, as far as events have told. */
export class RankedLabels {
  /** Of items that were labeled since the ranking. */
  readonly #seqs = new Map<string, number>();
  #latest = 0;
  #ranked = 0;

  noteLabel(itemId: string, labelSeq: number): void {
    this.#latest = Math.max(this.#latest, labelSeq);
    this.#seqs.set(itemId, labelSeq);
  }

  /** The ranking knows all labels up to this one. The items whose latest label it has learned with it. */
  noteRanking(labelSeq: number): ReadonlySet<string> {
    this.#ranked = Math.max(this.#ranked, labelSeq);
    this.#latest = Math.max(this.#latest, labelSeq);
    const learned = new Set<string>();
    for (const [itemId, seq] of this.#seqs) {
      if (seq > labelSeq) continue;
      learned.add(itemId);
      this.#seqs.delete(itemId);
    }
    return learned;
  }

  /** Labels that the ranking does not know yet; null until an event has told which it knows. */
  get numBehind(): number | null {
    return this.#ranked === 0 ? null : Math.max(0, this.#latest - this.#ranked);
  }
}
