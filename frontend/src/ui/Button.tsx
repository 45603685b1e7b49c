import { Link, type LinkProps } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import styles from "./Button.module.css";

interface Look {
  variant?: "default" | "subtle";
  size?: "sm";
  round?: boolean;
  icon?: LucideIcon;
  children: string;
}

interface ButtonProps extends Look, Omit<ComponentProps<"button">, "children"> {
  /** What it asked for is on the way: it cannot be pressed again meanwhile. */
  busy?: boolean;
}

/** The library's button for the first screen, as plain elements: the original brings 20 kB along and is slow to draw. */
export function Button({ variant, size, round, icon, children, className = "", busy, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...look({ variant, size, round, icon })}
      className={`${styles.button} ${className}`}
      data-busy={busy || undefined}
      disabled={busy}
      {...rest}
    >
      <Content icon={icon}>{children}</Content>
    </button>
  );
}

/** A link that looks like the button. */
export function ButtonLink({ variant, size, round, icon, children, to }: Look & Pick<LinkProps, "to">) {
  return (
    <Link to={to} {...look({ variant, size, round, icon })} className={styles.button}>
      <Content icon={icon}>{children}</Content>
    </Link>
  );
}

function look({ variant, size, round, icon }: Omit<Look, "children">) {
  return {
    "data-variant": variant,
    "data-size": size,
    "data-round": round || undefined,
    "data-icon": icon ? true : undefined,
  };
}

function Content({ icon: Icon, children }: Pick<Look, "icon" | "children">) {
  return (
    <>
      {Icon && <Icon size={16} aria-hidden />}
      <span className={styles.label}>{children}</span>
    </>
  );
}
