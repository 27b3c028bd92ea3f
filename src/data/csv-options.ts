/** Which columns of a table hold what. A column is a name of the header or a number from 0. */
export interface CsvOptions {
  /**
   * The column of the class. Unless told: the one that the header calls `label`, `class` or `target`, in any case and
   * number, or `y` where that is the last; else the first, which must hold no fractions and no numbers of rows.
   */
  readonly labelColumn?: number | string;
  /**
   * In place of a label the columns of the numbers that are to be learnt, by name or number. The others are then the
   * measurements of a sample, [columns], each with a mean and a standard deviation of its own, not a signal.
   */
  readonly targetColumns?: readonly (number | string)[];
  /**
   * The columns of the signal, in order. Unless told: all that follow the label, or all before it where it is last, but
   * for a first column of row numbers (`id`, `index`, `Unnamed: 0` or without a name).
   */
  readonly valueColumns?: readonly (number | string)[];
  /**
   * Whether the first row names the columns. Unless told it does where none of its cells is a number, where one of them
   * is `label`, `class` or `target`, where its label alone is no number, or where ten cells or more count 0, 1, 2 …
   */
  readonly header?: boolean;
  /** What is between cells: one character, a blank for any white space; found unless told. */
  readonly separator?: string;
  /** The classes by label (a test set takes those of its training set); those found, sorted, unless given. */
  readonly classNames?: readonly string[];
}
