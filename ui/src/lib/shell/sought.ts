/** What is looked for, where it is written as the entry is called ("show court 1"): whatever follows its verb. */
export function sought(typed: string, label: (name: string) => string): string {
	const verb = label("").trim().toLowerCase();
	return typed.startsWith(`${verb} `) ? typed.slice(verb.length).trim() : typed;
}
