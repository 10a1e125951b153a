/** The mark of the product: a small gong on its bar. */
export function Gong({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path d="M4 5h24" stroke="var(--accent)" strokeWidth="3" strokeLinecap="round" />
      <path d="M10 5.5 8.6 12M22 5.5 23.4 12" stroke="var(--accent)" strokeWidth="2" strokeLinecap="round" />
      <circle cx="16" cy="19" r="10.5" fill="#e3a92b" stroke="var(--accent)" strokeWidth="2.4" />
      <circle cx="16" cy="19" r="6.6" stroke="#9a6700" strokeWidth="1.6" />
      <circle cx="16" cy="19" r="2.8" fill="#9a6700" />
    </svg>
  );
}
