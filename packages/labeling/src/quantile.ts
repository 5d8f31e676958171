/** Two-sided 95% quantile of the normal distribution. */
export const quantile95 = 1.959963984540054;
