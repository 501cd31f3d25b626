"""The live gateway: REST, both SignalR hubs, translation of the wire."""
