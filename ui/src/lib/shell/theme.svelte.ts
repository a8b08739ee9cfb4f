/** Light, dark, or as the system. Kept per computer, not in the replica: it is about the screen, not the venue. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "holdfast.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

class Theme {
	choice = $state<ThemeChoice>(stored());

	choose(choice: ThemeChoice) {
		this.choice = choice;
		localStorage.setItem(KEY, choice);
		this.apply();
	}

	apply = () => {
		const resolved = this.choice === "system" ? (dark.matches ? "dark" : "light") : this.choice;
		document.documentElement.dataset["theme"] = resolved;
	};

	/** Sets the theme before anything is drawn, and follows the system from then on. */
	start() {
		this.apply();
		dark.addEventListener("change", this.apply);
	}
}

function stored(): ThemeChoice {
	const value = localStorage.getItem(KEY);
	return value === "light" || value === "dark" ? value : "system";
}

export const theme = new Theme();
