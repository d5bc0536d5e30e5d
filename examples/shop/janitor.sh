#!/bin/sh
# One round through the shop, then home: an end that is no failure.
echo "sweeping the floor"
sleep 5
echo "done for now"
