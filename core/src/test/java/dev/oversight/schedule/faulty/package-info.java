/** Known races, which the schedules have to find. */
package dev.oversight.schedule.faulty;
