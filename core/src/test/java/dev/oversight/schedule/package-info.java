/**
 * Races of the real runtime, searched through many schedules that a seed decides. The engine is loaded once
 * more, with a point at which another thread may be let on before each of its shared accesses.
 */
package dev.oversight.schedule;
