import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const brand: MantineColorsTuple = [
  "#eef3ff",
  "#dbe4ff",
  "#bac8ff",
  "#91a7ff",
  "#748ffc",
  "#4c6ef5",
  "#2f54eb",
  "#2443c8",
  "#1d37a8",
  "#172c88",
];

/** Mantine takes the text, lines and surfaces of the dark scheme from this scale. */
const dark: MantineColorsTuple = [
  "#eceff3",
  "#c9d1da",
  "#a2acb8",
  "#6d7683",
  "#2c3038",
  "#262a31",
  "#1c1f25",
  "#14161a",
  "#101215",
  "#0b0c0e",
];

export const theme = createTheme({
  colors: { brand, dark },
  primaryColor: "brand",
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: 6,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "24px", xl: "28px" },
  headings: { fontWeight: "600" },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    // Their header elements would be taken for further banners of the page.
    DrawerHeader: { defaultProps: { role: "presentation" } },
    ModalHeader: { defaultProps: { role: "presentation" } },
    Button: { defaultProps: { size: "xs" } },
    Menu: { defaultProps: { shadow: "md" } },
    Popover: { defaultProps: { shadow: "md" } },
  },
});

/** Mantine's own surfaces take our tokens, so that both change together with the colour scheme. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--page)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--muted)",
    "--mantine-color-placeholder": "var(--muted)",
    "--mantine-color-default": "var(--page)",
    "--mantine-color-default-hover": "var(--panel)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line)",
    "--mantine-color-error": "var(--bad)",
  };
  return { variables: {}, light: shared, dark: shared };
};
