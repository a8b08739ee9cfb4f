/** Line drawings on a 24 by 24 field, as path data. Drawn by `Icon.svelte`. */
export const icons = {
	day: "M3 7a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM3 10h18M8 3v4M16 3v4",
	inbox: "M3 13l3-8h12l3 8v6H3zM3 13h5l1.5 3h5L16 13h5",
	requests: "M4 4h16v12H9l-5 4zM8.5 10l2.500 2.500l4.500-5",
	customers:
		"M9 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M2 21c0-4 3-6 7-6s7 2 7 6M16 4.500a4 4 0 0 1 0 7M18.500 15.500c2 .8 3.500 2.500 3.500 5.500",
	catalogue: "M4 5h7v7H4zM13 5h7v7h-7zM4 14h7v6H4zM13 14h7v6h-7z",
	calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M8 14l8 3M16 14l-8 3",
	reports: "M4 20h16M6 20v-7M11 20V5M16 20v-10M20 20v-4",
	staff: "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M5 21c0-4 3-6 7-6s7 2 7 6M9.500 17l2.500 2.500l2.500-2.500",
	lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 14.500v2",
	repeat: "M4 12a7 7 0 0 1 12-5l3 3M19 5v5h-5M20 12a7 7 0 0 1-12 5l-3-3M5 19v-5h5",
	settings:
		"M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
	previous: "M14.5 6l-6 6l6 6",
	next: "M9.5 6l6 6l-6 6",
	down: "M6 9.500l6 6l6-6",
	close: "M6 6l12 12M18 6L6 18",
	search: "M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14M16 16l5 5",
	plus: "M12 5v14M5 12h14",
	check: "M5 13l4 4L19 7",
	clock: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3.5 2",
	warning: "M12 4l9 16H3zM12 10v4M12 17.5v.1",
	cross: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M9 9l6 6M15 9l-6 6",
	done: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12.5l3 3l5-6",
	pending: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12v.1M12 12v.1M16 12v.1",
	noShow: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M6 18L18 6",
	person: "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4 21c0-4 3.500-6 8-6s8 2 8 6",
	building: "M4 21V5l8-3v19M12 9h8v12M2 21h20M7.500 8h1M7.500 12h1M7.500 16h1M16 13h.5M16 17h.5",
	link: "M9 15l6-6M10 6l2-2a4.200 4.200 0 0 1 6 6l-2 2M14 18l-2 2a4.200 4.200 0 0 1-6-6l2-2",
	sparkle: "M12 3l2.200 6.800L21 12l-6.800 2.200L12 21l-2.200-6.800L3 12l6.800-2.200z",
} as const;

export type IconName = keyof typeof icons;
