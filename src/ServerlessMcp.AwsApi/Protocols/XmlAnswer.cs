using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Reads the XML answers of awsQuery, ec2Query and restXml. Namespaces are ignored: services are not strict in them.</summary>
internal sealed class XmlAnswer(ServiceModel model)
{
    /// <exception cref="UnreadableAnswerException">The body is no XML.</exception>
    public static XElement Root(byte[] body)
    {
        try
        {
            // No document type: AWS sends none, and one could make the reader expand or fetch things.
            using var reader = XmlReader.Create(new MemoryStream(body), new() { DtdProcessing = DtdProcessing.Prohibit });
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
        }
        catch (XmlException e)
        {
            throw new UnreadableAnswerException("The answer is no XML.", e);
        }
    }

    public void Read(Shape shape, XElement element, JsonObject output, Func<Member, bool>? isIncluded = null)
    {
        foreach (var member in shape.Members.Where(member => isIncluded?.Invoke(member) != false))
        {
            var name = Local(member.XmlName ?? member.Name);
            if (member.IsXmlAttribute)
            {
                if (element.Attributes().FirstOrDefault(attribute => attribute.Name.LocalName == name) is { } attribute)
                {
                    output[member.Name] = Scalars.Read(attribute.Value, member);
                }
            }
            else if (Children(element, name) is { Count: > 0 } found)
            {
                output[member.Name] = ReadValue(member, found);
            }
        }
    }

    /// <param name="found">All elements of the member's name: a flat list has one each item.</param>
    public JsonNode? ReadValue(Member member, IReadOnlyList<XElement> found)
    {
        switch (member.Kind)
        {
            case ShapeKind.Structure or ShapeKind.Union or ShapeKind.Error:
                var structure = new JsonObject();
                Read(model.ShapeOf(member), found[0], structure);
                return structure;
            case ShapeKind.List:
                var element = model.ShapeOf(member).Element!;
                var items = member.IsFlat ? found : Items(found[0], element);
                return new JsonArray([.. items.Select(item => ReadValue(element, [item]))]);
            case ShapeKind.Map:
                return ReadMap(model.ShapeOf(member), member.IsFlat ? found : Children(found[0], "entry"));
            default:
                return Scalars.Read(found[0].Value, member);
        }
    }

    private JsonObject ReadMap(Shape shape, IReadOnlyList<XElement> entries)
    {
        var map = new JsonObject();
        foreach (var entry in entries)
        {
            var key = Children(entry, Local(shape.Key!.XmlName ?? "key"));
            var value = Children(entry, Local(shape.Element!.XmlName ?? "value"));
            if (key.Count > 0 && value.Count > 0)
            {
                map[key[0].Value] = ReadValue(shape.Element, value);
            }
        }

        return map;
    }

    private static List<XElement> Items(XElement list, Member element)
    {
        var name = Local(element.XmlName ?? "member");
        return [.. list.Elements().Where(item => item.Name.LocalName == name || item.Name.LocalName is "item" or "member")];
    }

    private static List<XElement> Children(XElement element, string name) =>
        [.. element.Elements().Where(child => child.Name.LocalName == name)];

    private static string Local(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
