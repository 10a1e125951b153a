/** Words of the leads screens. Every key begins with `leads.`. */
export const leads = {} as const;
