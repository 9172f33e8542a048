/** The moves of things in a list that are still on their way: what is asked meanwhile would show the order from before them. */
export const movesOf = (queryKey: readonly unknown[]) => ({ mutationKey: ['moves', ...queryKey] })
