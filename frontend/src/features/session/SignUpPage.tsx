import { zodResolver } from "@hookform/resolvers/zod";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { ApiError, explain } from "@/api/problem";
import { useSignUp } from "@/api/queries/session";
import { session as t } from "@/i18n/en/session";
import { AuthPage, FormError } from "./AuthPage";
import styles from "./AuthPage.module.css";

/** The server's rule; it decides, this only saves a round trip. */
const PASSWORD_LENGTH = 12;
const form = z.object({
  company_name: z.string().check(z.trim(), z.minLength(1, t.required.company)),
  name: z.string().check(z.trim(), z.minLength(1, t.required.name)),
  email: z
    .string()
    .check(z.trim(), z.minLength(1, t.required.email), z.regex(/^\S+@\S+\.\S+$/, t.required.emailForm)),
  password: z.string().check(z.minLength(PASSWORD_LENGTH, t.required.newPassword)),
});
const FIELDS = ["company_name", "name", "email", "password"] as const;

export default function SignUpPage() {
  const navigate = useNavigate();
  const signUp = useSignUp();
  const { register, handleSubmit, setError, formState } = useForm({ resolver: zodResolver(form) });
  const { errors } = formState;
  const submit = handleSubmit((account) =>
    signUp.mutate(account, {
      onSuccess: () => void navigate({ to: "/connectors" }),
      onError: (error) => {
        for (const field of FIELDS) {
          const message = error instanceof ApiError ? error.fields[field] : undefined;
          if (message) setError(field, { message }, { shouldFocus: true });
        }
      },
    }),
  );
  return (
    <AuthPage title={t.signUpTitle} intro={t.signUpIntro}>
      <form onSubmit={submit} className={styles.form} noValidate>
        <FormError>{problem(signUp.error)}</FormError>
        <TextInput
          label={t.company}
          autoComplete="organization"
          autoFocus
          error={errors.company_name?.message}
          {...register("company_name")}
        />
        <TextInput label={t.name} autoComplete="name" error={errors.name?.message} {...register("name")} />
        <TextInput
          label={t.email}
          type="email"
          autoComplete="email"
          error={errors.email?.message}
          {...register("email")}
        />
        <PasswordInput
          label={t.password}
          description={t.passwordHint}
          autoComplete="new-password"
          error={errors.password?.message}
          {...register("password")}
        />
        <Button size="md" type="submit" loading={signUp.isPending}>
          {t.signUp}
        </Button>
      </form>
      <p className="meta">
        {t.haveAccount} <Link to="/login">{t.toSignIn}</Link>
      </p>
    </AuthPage>
  );
}

function problem(error: unknown): string | null {
  if (!error) return null;
  if (error instanceof ApiError && error.status === 422 && FIELDS.some((field) => error.fields[field]))
    return null;
  if (error instanceof ApiError && error.status === 429) return t.tooMany(error.retryAfter);
  return explain(error);
}
