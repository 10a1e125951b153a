/** Words of the campaigns screens. Every key begins with `campaigns.`. */
export const campaigns = {} as const;
