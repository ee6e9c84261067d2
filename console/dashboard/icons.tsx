const paths = {
  eye: (
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z" />
  ),
  back: <path d="M15 5l-7 7 7 7" />,
  good: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 12.5l2.8 2.8L16 9.5" />,
  notice: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.6v.1" />,
  warning: <path d="M12 3.5 2.5 20h19L12 3.5ZM12 10v5M12 17.4v.1" />,
  camera: (
    <>
      <rect x="2.5" y="6" width="13" height="12" rx="3" />
      <path d="m15.5 10.5 5-3v9l-5-3" />
    </>
  ),
  play: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM10 8.5l5.5 3.5-5.5 3.5z" />,
  micOff: (
    <path d="M9 9.5V11a3 3 0 0 0 4.8 2.4M15 11V6a3 3 0 0 0-5.6-1.5M5.5 11.5a6.5 6.5 0 0 0 10.4 5.2M18.2 13.6a6.5 6.5 0 0 0 .3-2.1M12 18v3M4 4l16 16" />
  ),
  cameraOff: (
    <path d="M6 6H5.5a3 3 0 0 0-3 3v6a3 3 0 0 0 3 3h7a3 3 0 0 0 2.7-1.7M11 6h1.500a3 3 0 0 1 3 3v1.500l5-3v9M4 4l16 16" />
  ),
};

export type IconName = keyof typeof paths;

/** A drawing beside words that say the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {paths[name]}
    </svg>
  );
}
