/** What scenes hand over by the means of the library alone: its accesses are looked at like the engine's. */
package dev.oversight.schedule.plain;
