"""The yardstick: a Streamlit page that only draws one Plotly chart; BENCH_POINTS lists the points of each trace."""

import json
import os

import plotly.graph_objects as go
import streamlit as st

figure = go.Figure()
for points in json.loads(os.environ["BENCH_POINTS"]):
    figure.add_trace(go.Scatter(x=list(range(points)), y=[(i * 7) % 11 for i in range(points)], mode="lines+markers"))
st.plotly_chart(figure, key="bare")
