export const session = {
  signInTitle: "Sign in to Momentum",
  signUpTitle: "Start with Momentum",
  signUpIntro: "From then on, nobody has to notice by luck that a customer wants more or is about to leave.",
  email: "E-mail",
  password: "Password",
  passwordHint: "At least 12 characters. A few words in a row are easiest to remember.",
  name: "Your name",
  company: "Company",
  signIn: "Sign in",
  signUp: "Create account",
  noAccount: "New here?",
  toSignUp: "Create an account",
  haveAccount: "Already have an account?",
  toSignIn: "Sign in",
  wrong: "This e-mail and password do not belong together. Check both and try again.",
  tooMany: (seconds: number | null) =>
    seconds
      ? `Too many tries. Please wait ${seconds} seconds and try again.`
      : "Too many tries. Please wait a minute and try again.",
  required: {
    email: "Enter your e-mail address",
    emailForm: "Enter an e-mail address like jane@company.com",
    password: "Enter your password",
    newPassword: "Choose a password of at least 12 characters",
    name: "Enter your name",
    company: "Enter your company’s name",
  },
} as const;
