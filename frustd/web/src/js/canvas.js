// A canvas as large as what it lies over, in CSS pixels, sharp on any screen.

const DENSITY_MAX = 2; // more costs paint and shows nothing

export class Canvas {
	width = 0; height = 0;

	// onSize is called after each change of size, the first included.
	constructor(element, onSize = () => {}) {
		this.element = element;
		this.context = element.getContext('2d');
		new ResizeObserver(([{ contentRect }]) => {
			const density = Math.min(devicePixelRatio, DENSITY_MAX);
			this.width = contentRect.width;
			this.height = contentRect.height;
			element.width = Math.round(this.width * density);
			element.height = Math.round(this.height * density);
			this.context.setTransform(density, 0, 0, density, 0, 0);
			onSize();
		}).observe(element);
	}

	clear() {
		this.context.clearRect(0, 0, this.width, this.height);
	}
}

// The value of a custom property of the page's colours, as it is now.
export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
