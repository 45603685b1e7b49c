import { zodResolver } from "@hookform/resolvers/zod";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { Link, useRouter } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { ApiError, explain } from "@/api/problem";
import { useSignIn } from "@/api/queries/session";
import { session as t } from "@/i18n/en/session";
import { AuthPage, FormError } from "./AuthPage";
import styles from "./AuthPage.module.css";

const form = z.object({
  email: z.string().check(z.trim(), z.minLength(1, t.required.email)),
  password: z.string().check(z.minLength(1, t.required.password)),
});

export default function SignInPage({ next }: { next: string | undefined }) {
  const router = useRouter();
  const signIn = useSignIn();
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(form) });
  const submit = handleSubmit((credentials) =>
    signIn.mutate(credentials, { onSuccess: () => router.history.push(next ?? "/") }),
  );
  return (
    <AuthPage title={t.signInTitle}>
      <form onSubmit={submit} className={styles.form} noValidate>
        <FormError>{problem(signIn.error)}</FormError>
        <TextInput
          label={t.email}
          type="email"
          autoComplete="username"
          autoFocus
          error={formState.errors.email?.message}
          {...register("email")}
        />
        <PasswordInput
          label={t.password}
          autoComplete="current-password"
          error={formState.errors.password?.message}
          {...register("password")}
        />
        <Button size="md" type="submit" loading={signIn.isPending}>
          {t.signIn}
        </Button>
      </form>
      <p className="meta">
        {t.noAccount} <Link to="/signup">{t.toSignUp}</Link>
      </p>
    </AuthPage>
  );
}

function problem(error: unknown): string | null {
  if (!error) return null;
  if (error instanceof ApiError && (error.status === 401 || error.status === 422)) return t.wrong;
  if (error instanceof ApiError && error.status === 429) return t.tooMany(error.retryAfter);
  return explain(error);
}
