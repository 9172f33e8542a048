"""Recordings: a file of Opus for each leg, written from the packets as they came; afterwards one of all legs, and a waveform.

While a recording runs, a folder holds NAME.json (what is in it, by the wall clock), NAME.LEG.ogg.part for each leg and NAME.lock,
which is locked by whoever works on it. In the end there are NAME.json, NAME.LEG.ogg, NAME.ogg (all legs) and NAME.peaks.json.
What a killed worker leaves behind is finished by `python -m media recover`, which every worker also does when it starts.
"""
